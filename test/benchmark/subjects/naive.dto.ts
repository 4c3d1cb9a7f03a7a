import { Type } from 'class-transformer';
import { Equals, IsArray, IsIn, IsInt, IsNotEmpty, IsObject, IsOptional, IsPhoneNumber, IsString, IsUrl, ValidateNested } from 'class-validator';

export class TemplateDto {
  @IsString() @IsNotEmpty() namespace!: string;
  @IsString() @IsNotEmpty() languageCode!: string;
}

export class ParameterDto {
  @IsIn(['text', 'payload', 'coupon_code']) type!: string;
  @IsOptional() @IsString() text?: string;
  @IsOptional() @IsString() payload?: string;
}

export class MediaDto {
  @IsUrl() mediaURL!: string;
}

export class HeaderDto {
  @IsIn(['text', 'image', 'video', 'file', 'location']) type!: string;
  @IsOptional() @ValidateNested() @Type(() => MediaDto) image?: MediaDto;
}

export class BodyDto {
  @IsString() text!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => ParameterDto) parameters!: ParameterDto[];
}

export class ComponentDto {
  @IsOptional() @IsString() type?: string;
  @IsOptional() @ValidateNested() @Type(() => HeaderDto) header?: HeaderDto;
  @IsOptional() @ValidateNested() @Type(() => BodyDto) body?: BodyDto;
  @IsOptional() @IsString() footer?: string;
  @IsOptional() @IsInt() index?: number;
  @IsOptional() @IsString() subType?: string;
  @IsOptional() @IsString() buttonText?: string;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => ParameterDto) parameters?: ParameterDto[];
  @IsOptional() @IsArray() @IsObject({ each: true }) customProps?: object[];
}

/** What CleverTap posts, as a controller's DTO classes usually say it. */
export class MessageDto {
  @Equals(0.1) payloadVersion!: number;
  @IsPhoneNumber('IN') to!: string;
  @IsPhoneNumber() wabaNumber!: string;
  @Equals(true) isTemplate!: boolean;
  @IsString() @IsNotEmpty() msgId!: string;
  @ValidateNested() @Type(() => TemplateDto) template!: TemplateDto;
  @IsArray() @ValidateNested({ each: true }) @Type(() => ComponentDto) components!: ComponentDto[];
}

export class StatusDto {
  @IsString() @IsNotEmpty() msgId!: string;
  @IsIn(['sent', 'delivered', 'read', 'failed']) status!: string;
  @IsString() timestamp!: string;
}

/** What AiSensy posts. */
export class ReportsDto {
  @IsString() payloadVersion!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => StatusDto) statuses!: StatusDto[];
}
